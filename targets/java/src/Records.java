/** The store of sessions behind the application's back. Keys are those of HttpSession.getId. */
interface Records {
    long count() throws Exception;

    boolean exists(String key) throws Exception;

    default void offer(Contract contract) {
        contract.offer("store.count", "", (request, response, with) -> count())
                .offer("store.exists", "key!", (request, response, with) -> exists(with.text("key")));
    }

    /** A store from which a record can be taken while a request has its session. */
    interface Removable extends Records {
        void delete(String key) throws Exception;

        @Override
        default void offer(Contract contract) {
            Records.super.offer(contract);
            contract.offer("store.delete", "key!", (request, response, with) -> {
                boolean found = exists(with.text("key"));
                delete(with.text("key"));
                return found;
            });
        }
    }
}

"""What every WSGI server under hardtack needs, whatever its framework."""


def encodable(framework):
    """The application, refusing a header that cannot be sent before the first byte is out.

    So the answer is the 500 that production servers give, as PEP 3333 advises. Development servers would stop in the
    middle of the head and keep the client waiting.
    """
    def application(environ, start_response):
        def start(status, headers, exc_info=None):
            for _, value in headers:
                value.encode("latin-1")
            return start_response(status, headers, exc_info)

        return framework(environ, start)

    return application

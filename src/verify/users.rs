//! User names, made unique to one run of one case or history.

use serde_json::Value;

use super::given::random_text;
use crate::contract::{Call, ParameterKind, Reply, ResultField, operation};

/// Makes user names unique, so that cases that run beside each other do not meet, and undoes it in results. What is
/// unique stands in front, so that a name that begins like another one, or is a pattern for it, still does and is.
#[derive(Debug)]
pub struct Users {
    prefix: String,
}

impl Default for Users {
    fn default() -> Self {
        Self { prefix: format!("{}-", random_text(10)) }
    }
}

impl Users {
    /// Renames the users among the arguments of a call.
    pub fn rename(&self, call: &mut Call) {
        let Some(operation) = operation(&call.op) else { return };
        for (name, value) in &mut call.arguments {
            let is_user = operation.parameter(name).is_some_and(|parameter| parameter.kind == ParameterKind::User);
            if let (true, Value::String(user)) = (is_user, value)
                && !user.is_empty()
            {
                user.insert_str(0, &self.prefix);
            }
        }
    }

    /// Gives the users among the results of these operations their names in the spec back.
    pub fn undo(&self, operations: &[String], reply: &mut Reply) {
        for (name, result) in operations.iter().zip(&mut reply.results) {
            if operation(name).is_some_and(|operation| operation.result == ResultField::User)
                && let Ok(Value::String(user)) = result
                && let Some(plain) = user.strip_prefix(&self.prefix)
            {
                *user = plain.to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_renamed_and_nothing_else() {
        let users = Users::default();
        let mut login = Call::new("auth.login").with("user", "bob");
        users.rename(&mut login);
        let unique = login.argument("user").cloned().unwrap();
        assert_ne!(unique, "bob");
        let mut put = Call::new("session.put").with("key", "user").with("value", "bob");
        users.rename(&mut put);
        assert_eq!(put.argument("value").unwrap(), "bob");
        let names = ["auth.whoami".to_owned(), "session.get".to_owned(), "auth.whoami".to_owned()];
        let mut reply = Reply { results: vec![Ok(unique.clone()), Ok(unique.clone()), Ok("somebody".into())] };
        users.undo(&names, &mut reply);
        assert_eq!(reply.results, [Ok("bob".into()), Ok(unique), Ok("somebody".into())]);
    }
}

"""Pictures drawn on the server. They know the rules' facts and no model, form or view."""

"""Pages for people: handlers that hand what `service.pages` makes of an answer to the templates in `service/web`."""

"""What the pages show: small view models made from requests and answers, without Flask and without HTML."""

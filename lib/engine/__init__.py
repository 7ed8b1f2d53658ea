"""Durable execution: what was begun goes on after a crash. The only folder that knows DBOS."""

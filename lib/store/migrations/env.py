"""Run by Alembic: apply the versions on the connection that `migrate` hands in."""

from alembic import context

from lib.store import (
    schema,
    schema_anomalies,
    schema_approvals,
    schema_attention,
    schema_balances,
    schema_budgets,
    schema_charges,
    schema_days,
    schema_experiment_approvals,
    schema_experiments,
    schema_history,
    schema_months,
    schema_votes,
)

MODULES = (
    schema,
    schema_approvals,
    schema_anomalies,
    schema_attention,
    schema_balances,
    schema_budgets,
    schema_charges,
    schema_days,
    schema_experiment_approvals,
    schema_experiments,
    schema_history,
    schema_months,
    schema_votes,
)
"""All that put tables into the metadata."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

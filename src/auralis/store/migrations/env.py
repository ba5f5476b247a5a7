"""What alembic runs to reach the database: the connection it was handed, in one transaction."""

from alembic import context

from auralis.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
connection.exec_driver_sql("BEGIN IMMEDIATE")
try:
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
except BaseException:
    connection.rollback()
    raise

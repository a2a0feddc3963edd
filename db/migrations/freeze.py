"""Write the first migration again from the tables; only until the first release. `python -m db.migrations.freeze`"""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import api, render
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import create_engine

from db.tables import metadata

HEADER = '''"""The first schema."""

# Frozen by `python -m db.migrations.freeze`; after a release it is never changed again.
import sqlalchemy as sa
from alembic import op

import db.types
from db.search import create_index

revision = "0001"
down_revision = None


def upgrade() -> None:
'''


def main() -> None:
    """Render the tables as alembic operations into versions/0001_first.py."""
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        script = api.produce_migrations(context, metadata)
        assert script.upgrade_ops is not None
        body = _body(script.upgrade_ops, context)
    path = Path(__file__).parent / "versions" / "0001_first.py"
    body = re.sub(r'(Boolean\(\), server_default=)sa\.text\("0"\)', r"\1sa.false()", body)  # 0 is no boolean elsewhere
    body = re.sub(r'(Boolean\(\), server_default=)sa\.text\("1"\)', r"\1sa.true()", body)
    path.write_text(HEADER + body + "\n    create_index(op.get_bind())\n", encoding="utf-8")


def _body(operations: UpgradeOps, context: MigrationContext) -> str:
    autogen = api.AutogenContext(
        context,
        opts={
            "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op.",
            "render_item": None,
            "user_module_prefix": None,
            "render_as_batch": False,
        },
    )
    return "\n".join(
        "    " + line if line else ""
        for op in operations.ops
        for line in "\n".join(render.render_op(autogen, op)).splitlines()
    )


if __name__ == "__main__":
    main()

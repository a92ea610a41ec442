"""What a stranger runs: the proof of a public record, written out as one file with the record.

`signatures`, `lines`, `seats`, `chosen` and `proof` use the standard library alone and nothing of
the product: they are what `export` writes into the file, so they prove the product and do not
share its mistakes.
"""

from equipoise.workspace.steps.stranger.export import export, public_record, write_export

__all__ = ["export", "public_record", "write_export"]

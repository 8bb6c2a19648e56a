"""The prompts: one file each; `pyx.annotate.prompt` reads them."""

"""Words for traces: the stages that ask a teacher, the prompts and the teachers (`pyx.annotate`)."""

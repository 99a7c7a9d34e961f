"""The task or project that an archive is imported into, and what CVAT decides when they meet: see docs/task.md."""

"""A site's own channel, as docs/how-to/extend.md has it: it lives in the tests alone."""

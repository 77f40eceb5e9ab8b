"""How quick the site is: measured over HTTP, beside a view that does nothing."""

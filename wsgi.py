"""What gunicorn serves: ``gunicorn wsgi:app``."""

from mallops import create_app

app = create_app()

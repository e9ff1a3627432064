"""What gunicorn serves: ``gunicorn wsgi:app``."""

from mallops import create_app, settle

app = create_app()
settle()

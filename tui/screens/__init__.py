"""The screens: what a person looks at; they reach the house through the desk."""

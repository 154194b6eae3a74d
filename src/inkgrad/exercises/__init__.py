"""Exercises of the course, and checks that know the mistakes people really make."""

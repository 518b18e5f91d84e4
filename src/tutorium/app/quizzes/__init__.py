"""Items asked in lessons and quizzes, and every attempt at them."""

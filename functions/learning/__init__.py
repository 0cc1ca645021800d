"""What people ask of learning and what it needs: shared by the scheduler, the api and commands."""

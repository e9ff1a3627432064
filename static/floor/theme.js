// Runs before the first paint, so that a dark corridor never flashes white.
{
  const theme = localStorage.getItem("mallops-theme")
  if (theme) document.documentElement.dataset.theme = theme
}

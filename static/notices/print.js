// The button that prints the notice; without scripts the browser's own menu does.

const button = document.querySelector("[data-print]")
button.hidden = false
button.addEventListener("click", () => window.print())

// Swagger's page has a dark dress of its own, and leaves it to us to say when it is worn.
const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

// A request with a key needs no token against forgery, and nor does the command that one copies.
const bare = (request) => {
  if (request.headers.Authorization) delete request.headers["X-CSRFTOKEN"];
  return request;
};

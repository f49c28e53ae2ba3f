/* Let the email be as long as it is, so that the preview scrolls as one. */
document.querySelectorAll("iframe").forEach((frame) => {
  const fit = () => {
    frame.style.height = `${frame.contentDocument.documentElement.offsetHeight}px`;
  };
  frame.addEventListener("load", fit);
  window.addEventListener("resize", fit);
  fit();
});

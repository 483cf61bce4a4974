/** A file that was dropped anywhere on the page, on its way to where it is looked at. */
export const dropped = $state<{ file: File | null }>({ file: null });

/** Whether a model's name begins with a registry's host: only such a registry may speak plain HTTP. */
export const namesRegistry = (name: string) => /^[^/]+[.:][^/]*\//.test(name) || name.startsWith('localhost/');

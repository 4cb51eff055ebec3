/** Where a server listens that is started without settings. */
export const DEFAULT_SERVER_URL = 'http://127.0.0.1:8642'

// Builds the console where its tools are installed. Where they are not, as after `npm ci --omit=dev`, the server says under
// /console what to run.
try {
  const { build } = await import('vite')
  await build({ configFile: new URL('vite.config.ts', import.meta.url).pathname, logLevel: 'warn' })
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  console.log('The console is not built: Vite is not installed.')
}

import { render } from 'preact'
import { App } from './app.tsx'
import { readLinkSecret } from './link-secret.ts'
import { startRouter } from './router.ts'
import { startTheme } from './theme.ts'

startTheme()
readLinkSecret()
startRouter()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)

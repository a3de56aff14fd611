// Sets a fresh clone up, and builds dist/: what the debugger of VS Code does before it starts the extension.
import { setUp } from './setup.mjs';

setUp();

/**
 * A resource at work (`azurerm_x.Y: Creating...`), what an operation says, a provider that is installed, and the answer
 * to Ctrl-C. The attributes of a plan are indented: they are the text of whole notebooks.
 */
const isTold =
  /^(?:\w+\.\S+(?: \(local-exec\))?: |- Install|Interrupt received\.|Please wait for |Gracefully shutting down|Stopping operation)/;

/**
 * Picks from the lines of one run of Terraform what it is at; ids, which are long and repeat the names, are left out. What
 * stopped it comes whole with the error, and what it gives with the result.
 */
export function progressOf(show: (line: string) => void): (line: string) => void {
  return (line) => {
    if (isTold.test(line)) show(line.replace(/ \[id=.*\]$/, ''));
  };
}

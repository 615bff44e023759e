using CsvHelper;
using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>
/// Reads CSV (RFC 4180; comma, semicolon or tab) with a header row. Line ends may stand inside quotes.
/// </summary>
internal sealed class CsvList : IDisposable
{
    /// <summary>
    /// Characters with which a spreadsheet begins a formula; our own export puts an apostrophe before them.
    /// </summary>
    internal static readonly char[] FormulaStarts = ['=', '+', '-', '@', '\t', '\r', '\n'];

    private readonly CsvReader _reader;
    private readonly Dictionary<long, CsvMalformedReason> _malformedLines = [];

    private CsvList(HeadedStream source) =>
        _reader = CsvReader.Create(
            source,
            new CsvReaderOptions
            {
                Separator = FormatDetector.Separator(source.Head),
                HasHeader = false,
                TrimWhitespace = true,
                TrackLineNumbers = true,
                MaxRecordSize = ListLimits.MaxRecordBytes,
                OnMalformedRecord = record => _malformedLines[record.LineNumber] = record.Reason,
            },
            leaveOpen: true
        );

    public void Dispose() => _reader.Dispose();

    public static IEnumerable<ListRow> Read(HeadedStream source, IReadOnlyDictionary<string, string>? mapping)
    {
        using var csv = new CsvList(source);
        if (!csv.Next(out var isHeaderBad) || isHeaderBad)
        {
            throw new ListFormatException("The CSV file has no readable header row.");
        }
        var columns = new CsvColumns(csv.Record(), mapping);
        var draft = new EntryDraft();
        while (csv.Next(out var isBadlyQuoted))
        {
            draft.Clear();
            if (isBadlyQuoted)
            {
                draft.Refuse(
                    RejectCodes.BadQuoting,
                    "Quotes stand around a whole field and are doubled inside it."
                );
            }
            else
            {
                csv.Fill(draft, columns);
            }
            foreach (var row in draft.Finish(csv._reader.LineNumber))
            {
                yield return row;
            }
        }
    }

    private bool Next(out bool isBadlyQuoted)
    {
        isBadlyQuoted = false;
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (CsvFormatException problem)
        {
            // Its text may quote the file, so it is not passed on.
            throw new ListFormatException(
                $"The CSV is damaged near line {problem.LineNumber}: a row over "
                    + $"{ListLimits.MaxRecordBytes} bytes, perhaps a quote that is never closed."
            );
        }
        if (_reader.FieldCount > ListLimits.MaxColumns)
        {
            throw new ListFormatException(
                $"Line {_reader.LineNumber} has more than {ListLimits.MaxColumns} columns."
            );
        }
        isBadlyQuoted = _malformedLines.Remove(_reader.LineNumber, out var reason);
        if (reason == CsvMalformedReason.UnterminatedQuote && isBadlyQuoted)
        {
            throw new ListFormatException(
                $"The quote that opens in line {_reader.LineNumber} is never closed: the file was "
                    + "cut, or the quote is a stray one."
            );
        }
        return true;
    }

    private string[] Record() =>
        [.. Enumerable.Range(0, _reader.FieldCount).Select(i => _reader.GetString(i))];

    private void Fill(EntryDraft draft, CsvColumns columns)
    {
        if (
            _reader.FieldCount < columns.Count
            || Enumerable
                .Range(columns.Count, _reader.FieldCount - columns.Count)
                .Any(i => _reader.GetString(i).Length > 0)
        )
        {
            draft.Refuse(
                RejectCodes.ColumnCount,
                $"The header has {columns.Count} columns, this row {_reader.FieldCount}: a field "
                    + "with a delimiter needs quotes."
            );
            return;
        }
        if (Field(columns, CsvColumns.Id) is { Length: > 0 } id)
        {
            draft.SetId(id);
        }
        if (Field(columns, CsvColumns.Category) is { Length: > 0 } category)
        {
            draft.SetCategory(category);
        }
        AddDigest(draft, DigestAlgorithm.Md5, Field(columns, CsvColumns.Md5));
        AddDigest(draft, DigestAlgorithm.Sha1, Field(columns, CsvColumns.Sha1));
        AddDigest(draft, DigestAlgorithm.Sha256, Field(columns, CsvColumns.Sha256));
        if (Field(columns, CsvColumns.Pdq) is { Length: > 0 } pdq)
        {
            draft.AddPdq(pdq);
        }
        if (Field(columns, CsvColumns.PdqQuality) is { Length: > 0 } quality)
        {
            draft.AddQuality(quality);
        }
    }

    private static void AddDigest(EntryDraft draft, DigestAlgorithm algorithm, string hex)
    {
        if (hex.Length > 0)
        {
            draft.Add(algorithm, hex);
        }
    }

    private string Field(CsvColumns columns, string field)
    {
        var index = columns.Of(field);
        var text = index < 0 ? "" : _reader.GetString(index);
        return text.Length > 1 && text[0] == '\'' && FormulaStarts.Contains(text[1]) ? text[1..] : text;
    }
}

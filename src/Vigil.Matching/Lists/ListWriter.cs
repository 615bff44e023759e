using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>What an export wrote.</summary>
/// <param name="Rows">Rows or media written.</param>
/// <param name="LeftOut"> Fingerprints that the format has no place for: say so to whoever gets the file.
/// </param>
public sealed record ListWriteResult(long Rows, long LeftOut);

/// <summary>
/// Writes lists in the formats that <see cref="ListReader"/> reads; fingerprints and categories only.
/// </summary>
public static class ListWriter
{
    /// <param name="destination">Gets UTF-8 without a byte order mark; stays open.</param>
    /// <param name="list">What is written, in its order.</param>
    /// <param name="format">Any but <see cref="ListFormat.Detect"/>.</param>
    /// <param name="sixtyFourDigits"> Which of the two kinds of 64 digits <see cref="ListFormat.Lines"/>
    /// carries. </param>
    public static ListWriteResult Write(
        Stream destination,
        SignalList list,
        ListFormat format,
        SixtyFourDigits sixtyFourDigits = SixtyFourDigits.Pdq
    )
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(list);
        return format switch
        {
            ListFormat.Lines => Lines(destination, list, entry => LinesOf(entry, sixtyFourDigits)),
            ListFormat.ThreatExchangeLocal => Lines(destination, list, TypedLinesOf),
            ListFormat.Csv => Csv(destination, list),
            ListFormat.Vics => Vics(destination, list),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format to write."),
        };
    }

    private static IEnumerable<string?> LinesOf(ListEntry entry, SixtyFourDigits sixtyFourDigits) =>
        [
            entry.Md5?.ToHex(),
            entry.Sha1?.ToHex(),
            sixtyFourDigits == SixtyFourDigits.Sha256 ? entry.Sha256?.ToHex() : entry.Pdq?.ToHex(),
        ];

    private static IEnumerable<string?> TypedLinesOf(ListEntry entry) =>
        [
            entry.Pdq is { } pdq ? $"pdq {pdq.ToHex()}" : null,
            entry.Md5 is { } md5 ? $"video_md5 {md5.ToHex()}" : null,
        ];

    private static ListWriteResult Lines(
        Stream destination,
        SignalList list,
        Func<ListEntry, IEnumerable<string?>> linesOf
    )
    {
        using var writer = new StreamWriter(destination, new UTF8Encoding(false), -1, leaveOpen: true);
        writer.NewLine = "\n";
        var (rows, leftOut) = (0L, 0L);
        foreach (var entry in list.Entries)
        {
            var written = 0;
            foreach (var line in linesOf(entry).OfType<string>())
            {
                writer.WriteLine(line);
                written++;
            }
            rows += written;
            leftOut += FingerprintsOf(entry) - written;
        }
        return new ListWriteResult(rows, leftOut);
    }

    private static int FingerprintsOf(ListEntry entry) =>
        (entry.Md5 is null ? 0 : 1)
        + (entry.Sha1 is null ? 0 : 1)
        + (entry.Sha256 is null ? 0 : 1)
        + (entry.Pdq is null ? 0 : 1);

    /// <summary>
    /// A cell that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection; ASVS
    /// 1.2.10).
    /// </summary>
    private static ListWriteResult Csv(Stream destination, SignalList list)
    {
        using var writer = CsvWriter.Create(
            destination,
            new CsvWriterOptions { NewLine = "\n", Injection = CsvInjection.Escape },
            leaveOpen: true
        );
        foreach (var field in CsvColumns.Fields)
        {
            writer.WriteField(field);
        }
        writer.EndRecord();
        foreach (var entry in list.Entries)
        {
            // A row's number is no id: read again, it must not become one.
            writer.WriteField(entry.IsIdFromRow ? "" : entry.Id);
            writer.WriteField(entry.Md5?.ToHex() ?? "");
            writer.WriteField(entry.Sha1?.ToHex() ?? "");
            writer.WriteField(entry.Sha256?.ToHex() ?? "");
            writer.WriteField(entry.Pdq?.ToHex() ?? "");
            writer.WriteField(entry.PdqQuality?.Value.ToString(CultureInfo.InvariantCulture) ?? "");
            writer.WriteField(entry.Category ?? "");
            writer.EndRecord();
        }
        return new ListWriteResult(list.Entries.Count, 0);
    }

    /// <summary>
    /// VICS 2.0 of Media, without files or persons. MediaID is a whole number there: the entries' ids where
    /// all are such, otherwise numbers in order. A category that is no number is null; PDQ's quality has no
    /// place.
    /// </summary>
    private static ListWriteResult Vics(Stream destination, SignalList list)
    {
        using var json = new Utf8JsonWriter(destination, new JsonWriterOptions { Indented = true });
        var useIds = list.Entries.All(entry => WholeNumber(entry.Id) is not null);
        json.WriteStartObject();
        json.WriteString(
            "@odata.context",
            "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"
        );
        json.WriteStartArray("value");
        for (var i = 0; i < list.Entries.Count; i++)
        {
            WriteMedia(json, list.Entries[i], useIds ? WholeNumber(list.Entries[i].Id)!.Value : i + 1);
            FlushWhenLarge(json);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return new ListWriteResult(list.Entries.Count, 0);
    }

    private static void WriteMedia(Utf8JsonWriter json, ListEntry entry, long id)
    {
        json.WriteStartObject();
        json.WriteNumber("MediaID", id);
        WriteDigest(json, "MD5", entry.Md5);
        WriteDigest(json, "SHA1", entry.Sha1);
        if (WholeNumber(entry.Category) is { } category)
        {
            json.WriteNumber("Category", category);
        }
        else
        {
            json.WriteNull("Category");
        }
        json.WriteStartArray("AlternateHashes");
        WriteAlternate(json, "PDQ", entry.Pdq?.ToHex());
        WriteAlternate(json, "SHA256", entry.Sha256?.ToHex());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDigest(Utf8JsonWriter json, string name, Digest? digest)
    {
        if (digest is { } value)
        {
            json.WriteString(name, value.ToHex().ToUpperInvariant());
        }
    }

    private static void WriteAlternate(Utf8JsonWriter json, string name, string? hex)
    {
        if (hex is not null)
        {
            json.WriteStartObject();
            json.WriteString("HashName", name);
            json.WriteString("HashValue", hex.ToUpperInvariant());
            json.WriteEndObject();
        }
    }

    /// <summary>The writer buffers all until told: memory would grow with the list.</summary>
    private static void FlushWhenLarge(Utf8JsonWriter json)
    {
        if (json.BytesPending > 64 * 1024)
        {
            json.Flush();
        }
    }

    private static int? WholeNumber(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : null;
}

namespace Vigil.Matching.Lists;

/// <summary>Reads list files as streams: memory does not grow with the file.</summary>
public static class ListReader
{
    /// <summary>The rows in the order of the file, taken and rejected. The stream stays open.</summary>
    /// <exception cref="ListFormatException"> While reading: not a list in the expected format; the message
    /// says what to do. Rows given before it are part of a file that must not be taken. </exception>
    public static IEnumerable<ListRow> Read(Stream source, ListReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        return Limited(source, options);
    }

    private static IEnumerable<ListRow> Limited(Stream source, ListReadOptions options)
    {
        var count = 0L;
        foreach (var row in Rows(new HeadedStream(source), options))
        {
            if (++count > options.MaxRows)
            {
                throw new ListFormatException(
                    $"The file has more than {options.MaxRows} rows. Split it, or raise the limit."
                );
            }
            yield return row;
        }
    }

    private static IEnumerable<ListRow> Rows(HeadedStream source, ListReadOptions options)
    {
        var format =
            options.Format == ListFormat.Detect ? FormatDetector.Detect(source.Head) : options.Format;
        return format switch
        {
            ListFormat.Lines => HashLines.Read(source, options.SixtyFourDigits, withTypes: false),
            ListFormat.ThreatExchangeLocal => HashLines.Read(
                source,
                options.SixtyFourDigits,
                withTypes: true
            ),
            ListFormat.Csv => CsvList.Read(source, options.Columns),
            ListFormat.Vics => VicsList.Read(source),
            _ => throw new ArgumentOutOfRangeException(nameof(options), format, "Unknown list format."),
        };
    }
}

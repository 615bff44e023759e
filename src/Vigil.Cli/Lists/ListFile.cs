using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Lists;

/// <summary>
/// A list file from elsewhere, as import and inspect read it: options, progress, rejected rows.
/// </summary>
internal static class ListFile
{
    private const int RowsPerProgress = 4096;

    public static readonly Argument<string> Path = new("FILE") { Description = "The list file" };
    public static readonly Option<string?> Format = SharedOptions.Text(
        "--list-format",
        "lines|csv|vics|tx",
        "One hash a line, CSV with a header, VICS JSON 1.2/1.3/2.0, ThreatExchange local file. Default: detected"
    );
    public static readonly Option<string?> Columns = SharedOptions.Text(
        "--columns",
        "FIELD=COLUMN,...",
        "Which CSV column holds which field: md5, sha1, sha256, pdq, pdq_quality, id, category"
    );
    public static readonly Option<bool> Sha256 = SharedOptions.Flag(
        "--sha256",
        "Bare 64-digit hashes are SHA-256, not PDQ"
    );
    public static readonly Option<string?> RejectsTo = SharedOptions.Text(
        "--rejects",
        "FILE",
        "Writes every rejected row here as CSV: row,code,advice"
    );

    /// <summary>How the answer is printed; who means the file's own format is told which option says that.</summary>
    /// <exception cref="UsageException">Neither text nor json.</exception>
    public static OutputFormat ReadOutputFormat(ParseResult parsed, Option<string?> option)
    {
        try
        {
            return SharedOptions.ReadSingleFormat(parsed, option);
        }
        catch (UsageException e)
        {
            throw new UsageException(
                $"{e.Message} It says how the answer is printed; the file's own format is {Format.Name} lines, csv, "
                    + "vics or tx."
            );
        }
    }

    public static ListReadOptions ReadOptions(ParseResult parsed) =>
        new()
        {
            Format = SharedOptions.ReadListFormat(parsed, Format),
            SixtyFourDigits = SharedOptions.ReadDigits(parsed, Sha256),
            Columns = ReadColumns(parsed.GetValue(Columns)),
        };

    /// <summary>
    /// Hands the file's rows to <paramref name="take"/>, shows how far it is, and says which rows were
    /// rejected, also when taking fails.
    /// </summary>
    public static async Task ReadAsync(
        ParseResult parsed,
        Terminal terminal,
        Rejects rejects,
        Action<IEnumerable<ListRow>> take,
        CancellationToken cancellation
    )
    {
        var path = parsed.GetRequiredValue(Path);
        var options = ReadOptions(parsed);
        using var source = InputFile.OpenRead(path);
        using var rejected = new RejectsFile(parsed.GetValue(RejectsTo));
        try
        {
            await terminal.WithProgressAsync(
                "Reading",
                bar => Task.Run(() => take(Rows(bar)), CancellationToken.None)
            );
        }
        finally
        {
            foreach (var row in rejects.First)
            {
                terminal.Warn($"{Printable.Of(path)}, row {row.Row}: {Printable.Of(row.Advice)}");
            }

            if (rejects.Count > rejects.First.Count)
            {
                terminal.Warn(
                    $"... and {rejects.Count - rejects.First.Count} more; --rejects FILE has them all."
                );
            }
        }

        IEnumerable<ListRow> Rows(ProgressTask? bar)
        {
            long rows = 0;
            var started = Stopwatch.GetTimestamp();
            foreach (var row in ListReader.Read(source, options))
            {
                cancellation.ThrowIfCancellationRequested();
                if (row.Rejected is { } bad)
                {
                    rejects.Add(bad);
                    rejected.Add(bad);
                }
                if (++rows % RowsPerProgress == 0 && bar is not null)
                {
                    Show(bar, source, rows, Stopwatch.GetElapsedTime(started));
                }

                yield return row;
            }
            rejected.Finish();
        }
    }

    private static void Show(ProgressTask bar, FileStream source, long rows, TimeSpan elapsed)
    {
        bar.MaxValue = Math.Max(1, source.Length);
        bar.Value = source.Position;
        bar.Description = $"{rows:N0} rows, {rows / elapsed.TotalSeconds:N0}/s";
    }

    private static Dictionary<string, string>? ReadColumns(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(','))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (
                equals <= 0
                || equals == pair.Length - 1
                || !columns.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..])
            )
            {
                throw new UsageException(
                    $"{Columns.Name} takes FIELD=COLUMN,... such as md5=MD5,id=FileId, not '{Printable.Of(text)}'."
                );
            }
        }
        return columns;
    }
}

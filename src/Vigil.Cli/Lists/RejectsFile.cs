using System.Text;
using Vigil.Cli.Output;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Lists;

/// <summary>
/// The rejected rows of a list as CSV, written while the list is read; without a path nothing is written.
/// </summary>
internal sealed class RejectsFile : IDisposable
{
    private readonly StreamWriter? _writer;

    /// <exception cref="IOException">It cannot be created: told before the list is read.</exception>
    public RejectsFile(string? path)
    {
        if (path is null)
        {
            return;
        }
        // Not a record that must survive: a plain file, replaced if it is there.
        _writer = new StreamWriter(
            new FileStream(path, FileMode.Create, FileAccess.Write),
            new UTF8Encoding(false)
        );
        _writer.Write(CsvLine.Of(["row", "code", "advice"]));
    }

    public void Add(RejectedRow row) =>
        _writer?.Write(CsvLine.Of([row.Row.ToString(), row.Code, row.Advice]));

    /// <summary>Brings what is buffered to the file; a full disk is told here.</summary>
    public void Finish() => _writer?.Flush();

    public void Dispose() => _writer?.Dispose();
}

using System.Text;
using Spectre.Console;

namespace Vigil.Cli.Output;

/// <summary>
/// Standard output for data, standard error for everything else; keeps both whole while a progress bar is
/// shown.
/// </summary>
internal sealed class Terminal : IDisposable
{
    // Prevents two lines from different threads (results, warnings of the media pool) from mixing.
    private readonly Lock _lock = new();
    private readonly StreamWriter _out = Writer(Console.OpenStandardOutput());
    private readonly StreamWriter _error = Writer(Console.OpenStandardError());
    private IAnsiConsole? _screen;

    /// <summary>Somebody may be watching standard error.</summary>
    public static bool ShowsProgress => !Console.IsErrorRedirected;

    /// <summary>Somebody may be reading standard output as it comes.</summary>
    public static bool OutIsTerminal => !Console.IsOutputRedirected;

    /// <summary>Data for standard output; the caller brings the line ends.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            if (_screen is not null && OutIsTerminal)
            {
                _screen.Write(new Text(text));
            }
            else
            {
                _out.Write(text);
            }
        }
    }

    /// <summary>A line for the person at the keyboard, on standard error.</summary>
    public void Warn(string line)
    {
        lock (_lock)
        {
            if (_screen is not null)
            {
                _screen.Write(new Text(line + "\n"));
                return;
            }
            // Results stand before the message about what came after them.
            _out.Flush();
            _error.WriteLine(line);
            _error.Flush();
        }
    }

    /// <summary>
    /// A table on standard output, or on standard error where standard output is for machines.
    /// </summary>
    public void WriteTable(Table table, bool toError = false)
    {
        using var text = new StringWriter();
        var console = Ansi(text, colours: false);
        console.Profile.Width = 160;
        console.Write(table);
        var lines = string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
        if (toError)
        {
            Warn(lines.TrimEnd('\n'));
        }
        else
        {
            Write(lines);
        }
    }

    /// <summary>
    /// Shows a bar on standard error while <paramref name="work"/> runs; no bar where nobody watches.
    /// </summary>
    public async Task WithProgressAsync(string title, Func<ProgressTask?, Task> work)
    {
        if (!ShowsProgress)
        {
            await work(null);
            return;
        }
        var screen = Ansi(_error, colours: true);
        lock (_lock)
        {
            _screen = screen;
            _out.Flush();
        }
        try
        {
            await screen
                .Progress()
                .AutoClear(true)
                .Columns(
                    new TaskDescriptionColumn { Alignment = Justify.Left },
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new RemainingTimeColumn()
                )
                .StartAsync(progress => work(progress.AddTask(title)));
        }
        finally
        {
            lock (_lock)
            {
                _screen = null;
            }
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            _out.Flush();
        }
    }

    public void Dispose()
    {
        try
        {
            _out.Dispose();
        }
        catch (IOException)
        {
            // A full or closed output was reported by the Flush that every command ends with.
        }
        _error.Dispose();
    }

    private static IAnsiConsole Ansi(TextWriter writer, bool colours) =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(writer),
            }
        );

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024);
}

using System.Text;
using Spectre.Console;

namespace Vigil.Cli.Output;

/// <summary>
/// Standard output for data, standard error for everything else; keeps both whole while a progress bar is
/// shown.
/// </summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>Of tables and texts where nobody says how wide the reader's lines are.</summary>
    private const int DefaultWidth = 160;

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
                WriteOverBar(_screen, _out, text);
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
                WriteOverBar(_screen, _error, line + "\n");
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
        console.Profile.Width = Width(toError ? Console.IsErrorRedirected : Console.IsOutputRedirected);
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

    /// <summary>
    /// Columns of the terminal, so that tables wrap in their cells and not across the screen.
    /// </summary>
    public static int Width(bool redirected)
    {
        const int narrowest = 60; // Below, a table is easier to read when the terminal breaks its lines.
        var columns = redirected ? 0 : Console.WindowWidth;
        return columns <= 0 ? DefaultWidth : Math.Clamp(columns, narrowest, DefaultWidth);
    }

    /// <summary>
    /// Lines above the bar as they are: a control code is not broken at the screen's edge as other content
    /// is, which would tear names and hashes that somebody copies. The bar is erased first (ECMA-48, ED),
    /// since what is shorter than it would leave its end standing.
    /// </summary>
    private static void WriteOverBar(IAnsiConsole screen, StreamWriter plain, string text)
    {
        if (screen.Profile.Capabilities.Ansi)
        {
            screen.Write(new ControlCode("\u001b[J" + text));
        }
        else
        {
            plain.Write(text);
            plain.Flush();
        }
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

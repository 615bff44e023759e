using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Cli.Samples;
using Vigil.Files;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Lookups;

/// <summary>Turns what stands after --list into lists in memory.</summary>
internal sealed class ListSources(DataFolder data, Terminal terminal, SixtyFourDigits sixtyFourDigits)
{
    /// <summary>The published test card's list; no import may take this name.</summary>
    public const string TestCardName = "test-card";

    /// <summary>
    /// Rows of plain files could not be used: they cannot be found, so no answer is complete.
    /// </summary>
    public bool AnyRejected { get; private set; }

    public IReadOnlyList<LoadedList> Load(IReadOnlyList<string> sources)
    {
        if (sources.Count == 0)
        {
            throw new UsageException("Name at least one list with --list FILE.");
        }

        return [.. sources.Select(Load)];
    }

    private LoadedList Load(string source)
    {
        if (source is TestCardName or TestCard.ListName)
        {
            return new LoadedList(TestCardName, TestCard.List, IsPlain: false);
        }

        if (source.EndsWith(ListStore.Extension, StringComparison.Ordinal) && Path.Exists(source))
        {
            return new LoadedList(source, SealedList.Load(source, data.Keys), IsPlain: false);
        }

        if (Path.Exists(source))
        {
            return new LoadedList(source, ReadPlain(source), IsPlain: true);
        }

        if (ListStore.IsName(source) && new ListStore(data).Find(source) is { } imported)
        {
            return new LoadedList(source, imported, IsPlain: false);
        }

        throw new UsageException(
            $"'{Printable.Of(source)}' is neither a file nor an imported list. "
                + "'vigil list show' names the imported ones."
        );
    }

    private SignalList ReadPlain(string path)
    {
        using var stream = InputFile.OpenRead(path);
        var rejects = new Rejects();
        var entries = new List<ListEntry>();
        try
        {
            foreach (
                var row in ListReader.Read(stream, new ListReadOptions { SixtyFourDigits = sixtyFourDigits })
            )
            {
                if (row.Entry is not null)
                {
                    entries.Add(row.Entry);
                }

                if (row.Rejected is not null)
                {
                    rejects.Add(row.Rejected);
                }
            }
        }
        catch (ListFormatException e)
        {
            throw new ListFormatException($"{path}: {e.Message}", e);
        }
        if (entries.Count == 0)
        {
            throw new ListFormatException($"{path}: no row of this list can be used. {rejects.Summary()}");
        }

        if (rejects.Count > 0)
        {
            terminal.Warn($"{Printable.Of(path)}: {rejects.Summary()}");
            AnyRejected = true;
        }
        var info = new ListInfo { Name = "plain-file", Purpose = ListPurpose.KnownCsam };
        return new SignalList(info, entries);
    }
}

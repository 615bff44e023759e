using System.CommandLine;
using Vigil.Cli.Installation;
using Vigil.Cli.Lists;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Cli.Samples;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Commands;

/// <summary>
/// `vigil list import`: a list file becomes, or adds to, a sealed list of this installation.
/// </summary>
internal static class ListImportCommand
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "The list's name here: 1 to 64 of a-z, 0-9, '-', '_', '.'",
        HelpName = "NAME",
        Required = true,
    };
    private static readonly Option<string?> Purpose = SharedOptions.Text(
        "--purpose",
        "PURPOSE",
        $"What the list is for. Default: known-csam. One of {string.Join(", ", ListPurposes.Names)}"
    );
    private static readonly Option<string?> Source = SharedOptions.Text(
        "--source",
        "TEXT",
        "Who made the list"
    );
    private static readonly Option<string?> Attestation = SharedOptions.Text(
        "--attestation",
        "TEXT",
        "The source's recorded attestation that its entries may ground a report: their exact matches are then 'known'"
    );
    private static readonly Option<string?> RadiusBits = SharedOptions.Text(
        "--radius",
        "BITS",
        "Largest distance that matches, 0 to 63. Default: 31"
    );
    private static readonly Option<string?> QualityFloor = SharedOptions.Text(
        "--quality-floor",
        "QUALITY",
        "Pictures below this PDQ quality are not matched, 0 to 100. Default: 50"
    );
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "import",
            """
            Brings a list file into this installation, or adds its entries to the list of that name.

            The list changes as a whole or not at all. Importing a file twice adds nothing. Bad rows are reported and
            left out; exit code 3 then.

            Example:
              vigil list import hashes.csv --name known-files --rejects rejected.csv
            """
        )
        {
            ListFile.Path,
            Name,
            Purpose,
            Source,
            Attestation,
            RadiusBits,
            QualityFloor,
            ListFile.Format,
            ListFile.Columns,
            ListFile.Sha256,
            ListFile.RejectsTo,
            ListServer.Address,
            Format,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var name = ListStore.RequireName(parsed.GetRequiredValue(Name));
        if (name is ListSources.TestCardName or TestCard.ListName)
        {
            throw new UsageException($"'{name}' is the published test card's: choose another name.");
        }

        var format = ListFile.ReadOutputFormat(parsed, Format);
        var fresh = new SignalList(new ListInfo { Name = name, Purpose = ListPurpose.KnownCsam }, []);
        _ = WithOptions(fresh.Info, parsed); // wrong options are told before a long read
        using var server = ListServer.Of(parsed);
        if (server is not null)
        {
            var list = NewListOf(WithOptions(fresh.Info, parsed), parsed);
            return await ServerImport.RunAsync(server, parsed, list, name, terminal, format, cancellation);
        }
        using var data = DataFolder.Of(parsed);
        var rejects = new Rejects();
        ListMergeResult? outcome = null;
        await ListFile.ReadAsync(
            parsed,
            terminal,
            rejects,
            rows =>
                outcome = new ListStore(data).Update(
                    name,
                    existing => MergeInto(existing ?? fresh, rows, parsed)
                ),
            cancellation
        );
        Report(terminal, format, outcome!, rejects);
        return rejects.Count > 0 ? ExitCode.Incomplete : ExitCode.Ok;
    }

    /// <summary>
    /// A file of which nothing can be used changes nothing: it is not the list that was meant.
    /// </summary>
    private static ListMergeResult MergeInto(SignalList list, IEnumerable<ListRow> rows, ParseResult parsed)
    {
        var result = ListMerge.Into(list with { Info = WithOptions(list.Info, parsed) }, rows);
        return result.Added + result.AlreadyThere + result.Updated > 0
            ? result
            : throw new ListFormatException(
                $"No row of this file can be used, so the list '{list.Info.Name}' stays as it is."
            );
    }

    /// <summary>Only what was said changes; the rest stays as it was imported before.</summary>
    private static ListInfo WithOptions(ListInfo info, ParseResult parsed)
    {
        try
        {
            if (parsed.GetValue(Purpose) is { } purpose)
            {
                info = info with { Purpose = ReadPurpose(purpose) };
            }

            if (parsed.GetValue(Source) is { } source)
            {
                info = info with { Source = source };
            }

            if (parsed.GetValue(Attestation) is { } attestation)
            {
                info = info with { Attestation = attestation };
            }
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--source and --attestation: {e.Message}");
        }
        if (SharedOptions.ReadRadius(parsed, RadiusBits) is { } radius)
        {
            info = info with { Radius = radius };
        }

        if (parsed.GetValue(QualityFloor) is { } floor)
        {
            info = info with
            {
                QualityFloor = new Quality(SharedOptions.ReadInt(QualityFloor, floor, 0, 0, 100)),
            };
        }

        return info;
    }

    /// <summary>As the API of a server takes it.</summary>
    private static object NewListOf(ListInfo info, ParseResult parsed) =>
        new
        {
            name = info.Name,
            purpose = ListPurposes.NameOf(info.Purpose),
            source = info.Source,
            attestation = parsed.GetValue(Attestation),
            radius = info.Radius.Bits,
            qualityFloor = (int)info.QualityFloor.Value,
        };

    private static ListPurpose ReadPurpose(string text) =>
        ListPurposes.TryParse(text, out var purpose, out var refusal)
            ? purpose
            : throw new UsageException($"--purpose: {refusal}");

    private static void Report(
        Terminal terminal,
        OutputFormat format,
        ListMergeResult outcome,
        Rejects rejects
    )
    {
        var name = outcome.List.Info.Name;
        SingleReport.Write(
            terminal,
            format,
            [
                outcome.Added + outcome.Updated == 0
                    ? $"{name}: nothing new; all {outcome.AlreadyThere} entries were there already."
                    : $"{name}: {outcome.Added} added, {outcome.Updated} updated, "
                        + $"{outcome.AlreadyThere} there already.",
                $"{name}: {outcome.List.Entries.Count} entries now; {rejects.Counts()}.",
            ],
            json =>
            {
                json.WriteString("name", name);
                json.WriteNumber("added", outcome.Added);
                json.WriteNumber("updated", outcome.Updated);
                json.WriteNumber("alreadyThere", outcome.AlreadyThere);
                json.WriteNumber("total", outcome.List.Entries.Count);
                rejects.WriteJson(json);
            }
        );
    }
}

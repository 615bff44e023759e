using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;
using Vigil.Files;

namespace Vigil.Cli.Commands;

/// <summary>`vigil package open`: the parts of a package, each verified, into a folder.</summary>
internal static class PackageOpenCommand
{
    private static readonly Option<string?> KeyFile = SharedOptions.Text(
        "--key",
        "KEYFILE",
        "The recipient's secret key, as 'vigil package key' made it"
    );
    private static readonly Option<string?> Out = SharedOptions.Text(
        "--out",
        "FOLDER",
        "A new folder for the parts. Default: the package's name without its ending"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "open",
            """
            Opens a package into a new folder, after its signatures and every part's digest were verified.

            Nothing is written when anything of it was altered. 'summary.html' is for people; 'report.json' of a report,
            'facts.json' of an answer to an authority are for programs.

            Example:
              vigil package open report.vigilpkg --key our.key --out case-17
            """
        )
        {
            PackageCommand.File,
            KeyFile,
            Out,
            PackageCommand.Signer,
        };
        command.SetAction(parsed => PackageCommand.Run(terminal, () => Run(parsed, terminal)));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var path = parsed.GetRequiredValue(PackageCommand.File);
        var keyPath =
            parsed.GetValue(KeyFile) ?? throw new UsageException("--key is needed: the recipient's key.");
        var folder = parsed.GetValue(Out) ?? Path.ChangeExtension(path, null);
        if (folder.Length == 0 || Path.Exists(folder))
        {
            throw new UsageException(
                $"'{Printable.Of(folder)}' is there already: name a new folder with --out."
            );
        }
        var signer = PackageCommand.ReadSigner(parsed);
        using var secret = RecipientSecret.Open(keyPath);
        using var file = InputFile.OpenRead(path);
        // Beside the folder, on the same disk.
        using var plain = NamelessFile.Open(Path.GetDirectoryName(Path.GetFullPath(folder)) ?? "/");
        var seal = SealedPackage.Open(file, secret, plain, signer);
        using var container = PackageContainer.Read(plain, seal);
        Write(container, folder);
        foreach (var line in Lines(seal, signer is not null, container.Manifest, folder))
        {
            terminal.Write(line + "\n");
        }
        terminal.Flush();
        return ExitCode.Ok;
    }

    private static void Write(PackageContainer container, string folder)
    {
        Durable.CreateFolder(folder);
        foreach (var part in container.Manifest.Parts)
        {
            var path = Path.Combine(folder, part.Name);
            Durable.CreateFolder(Path.GetDirectoryName(path)!);
            using var bytes = container.Open(part);
            Durable.Replace(path, stream => bytes.CopyTo(stream));
        }
    }

    private static IEnumerable<string> Lines(
        PackageSeal seal,
        bool isCompared,
        PackageManifest manifest,
        string folder
    ) =>
        [
            .. PackageCommand.Lines(seal, isCompared),
            $"number: {Printable.Of(manifest.Report)} to {Printable.Of(manifest.Destination)}, "
                + $"{Printable.Of(manifest.Environment)}",
            manifest.IsHashOnly
                ? "files: none, fingerprints alone"
                : $"files: {MediaIn(manifest)}, on this basis: {Printable.Of(manifest.LegalBasis)}",
            $"{manifest.Parts.Count} parts are in {Printable.Of(folder)}",
        ];

    private static int MediaIn(PackageManifest manifest) =>
        manifest.Parts.Count(part => part.Name.StartsWith("media/", StringComparison.Ordinal));
}

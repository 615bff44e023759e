using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;

namespace Vigil.Cli.Commands;

/// <summary>`vigil package`: what a recipient of packages needs.</summary>
internal static class PackageCommand
{
    public static readonly Argument<string> File = new("FILE") { Description = "The package, as it came" };

    public static readonly Option<string?> Signer = SharedOptions.Text(
        "--signer",
        "VKEY",
        "The sender's public key, the line name+id+base64, had from the sender by another way. Default: not compared"
    );

    public static Command Create(Terminal terminal) =>
        new Verb(
            "package",
            """
            Makes a recipient's key, verifies and opens packages that were sealed to it.

            Needs no server and calls nobody. Give the sender the public key, and say its fingerprint by another way.

            Example:
              vigil package open report.vigilpkg --key our.key
            """
        )
        {
            PackageKeyCommand.Create(terminal),
            PackageVerifyCommand.Create(terminal),
            PackageOpenCommand.Create(terminal),
        };

    public static VerifierKey? ReadSigner(ParseResult parsed)
    {
        if (parsed.GetValue(Signer) is not { } text)
        {
            return null;
        }
        try
        {
            return VerifierKey.Parse(text.Trim());
        }
        catch (LedgerException e)
        {
            throw new UsageException($"--signer: {e.Message}");
        }
    }

    /// <summary>What was altered, or is another's, is a failed verification: exit code 1.</summary>
    public static int Run(Terminal terminal, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (PackageException e) when (e.Problem != PackageProblem.BadKey)
        {
            terminal.Warn(Printable.Of(e.Message));
            return ExitCode.Found;
        }
        catch (PackageException e)
        {
            throw new UsageException(Printable.Of(e.Message));
        }
    }

    public static IEnumerable<string> Lines(PackageSeal seal, bool isCompared) =>
        [
            $"ok: {seal.Bytes} bytes are as they were signed",
            $"signer: {Printable.Of(seal.Signer.ToString())}{(isCompared ? "" : " (not compared: give --signer)")}",
            $"recipient: {Printable.Of(seal.Recipient)}",
        ];
}

using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;
using Vigil.Files;

namespace Vigil.Cli.Commands;

/// <summary>`vigil package verify`: whether a package came as it was signed, without opening it.</summary>
internal static class PackageVerifyCommand
{
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "verify",
            """
            Verifies a package without opening it: its bytes are those that the sender signed.

            Needs no secret key. Without --signer the signature is checked with the key that the package names; compare
            that with what the sender gave you. Exit code 1 when it does not hold.

            Example:
              vigil package verify report.vigilpkg --signer "$(cat sender.vkey)"
            """
        )
        {
            PackageCommand.File,
            PackageCommand.Signer,
            Format,
        };
        command.SetAction(parsed => PackageCommand.Run(terminal, () => Run(parsed, terminal)));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var format = SharedOptions.ReadSingleFormat(parsed, Format);
        var signer = PackageCommand.ReadSigner(parsed);
        using var file = InputFile.OpenRead(parsed.GetRequiredValue(PackageCommand.File));
        var seal = SealedPackage.Verify(file, signer);
        SingleReport.Write(
            terminal,
            format,
            PackageCommand.Lines(seal, signer is not null),
            json =>
            {
                json.WriteBoolean("ok", true);
                json.WriteString("signer", seal.Signer.ToString());
                json.WriteBoolean("signerCompared", signer is not null);
                json.WriteString("recipient", seal.Recipient);
                json.WriteNumber("bytes", seal.Bytes);
                json.WriteString("sha256", seal.Sha256);
            }
        );
        return ExitCode.Ok;
    }
}

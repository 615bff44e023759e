using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;
using Vigil.Files;

namespace Vigil.Cli.Commands;

/// <summary>`vigil ledger`: what an outsider can do with a ledger's folder and its public key.</summary>
internal static class LedgerCommand
{
    public static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "The ledger's folder: it holds 'checkpoint' and 'tile'",
    };

    public static readonly Option<string?> Key = SharedOptions.Text(
        "--key",
        "VKEY",
        "The ledger's public key, the line name+id+base64. Have it from its operator, not from the folder"
    );

    public static Command Create(Terminal terminal) =>
        new Verb(
            "ledger",
            """
            Verifies a ledger, proves what is in it, witnesses that it only grows; goes on after a restore.

            Needs the folder and the public key, no server. The forms are those of c2sp.org (tlog-tiles,
            tlog-checkpoint, tlog-proof, tlog-cosignature), so other programs can do the same.

            Example:
              vigil ledger verify ledger --key "$(cat ledger.vkey)"
            """
        )
        {
            LedgerVerifyCommand.Create(terminal),
            LedgerProveCommand.Create(terminal),
            LedgerWitnessCommand.Create(terminal),
            LedgerResumeCommand.Create(terminal),
        };

    public static VerifierKey ReadKey(ParseResult parsed)
    {
        var text =
            parsed.GetValue(Key)
            ?? throw new UsageException(
                "--key is needed: the ledger's public key, one line name+id+base64. Its operator has it from the "
                    + "console's ledger page; a server's data folder needs none."
            );
        try
        {
            return VerifierKey.Parse(text.Trim());
        }
        catch (LedgerException e)
        {
            throw new UsageException($"--key: {e.Message}");
        }
    }

    /// <summary>Runs; what contradicts the key or an earlier state is a failed verification, exit code 1.</summary>
    public static async Task<int> RunAsync(Terminal terminal, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (LedgerException e)
            when (e.Problem
                    is LedgerProblem.Malformed
                        or LedgerProblem.NotSigned
                        or LedgerProblem.Damaged
                        or LedgerProblem.RolledBack
                        or LedgerProblem.Forked
            )
        {
            terminal.Warn(Printable.Of(e.Message));
            return ExitCode.Found;
        }
    }

    /// <summary>A file that somebody else wrote, up to a size.</summary>
    public static byte[] ReadFile(string path, int maxBytes)
    {
        using var file = InputFile.OpenRead(path);
        var bytes = new byte[maxBytes + 1];
        var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count <= maxBytes
            ? bytes[..count]
            : throw new UsageException(
                $"'{Printable.Of(path)}' has more than {maxBytes} bytes: name the right file."
            );
    }

    /// <summary>The bytes of an entry, in hexadecimal; null when the option is not there.</summary>
    public static byte[]? ReadLeaf(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new UsageException($"{option.Name} takes the bytes of an entry in hexadecimal.");
        }
    }
}

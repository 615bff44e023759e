using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Evidence;

namespace Vigil.Cli.Commands;

/// <summary>`vigil package key`: a recipient's key.</summary>
internal static class PackageKeyCommand
{
    private static readonly Argument<string> KeyFile = new("KEYFILE")
    {
        Description = "Of the secret key; made, mode 0600, when there is none",
    };

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "key",
            """
            Prints a recipient's public key and fingerprint, and makes the key when there is none.

            Who has the file opens what is sealed to it. Who loses it opens nothing: keep a copy offline.

            Example:
              vigil package key our.key
            """
        )
        {
            KeyFile,
        };
        command.SetAction(parsed =>
            PackageCommand.Run(
                terminal,
                () =>
                {
                    var path = parsed.GetRequiredValue(KeyFile);
                    using var secret = Path.Exists(path)
                        ? RecipientSecret.Open(path)
                        : RecipientSecret.Create(path);
                    terminal.Write($"public key: {secret.Key}\nfingerprint: {secret.Key.Fingerprint}\n");
                    terminal.Flush();
                    return ExitCode.Ok;
                }
            )
        );
        return command;
    }
}

using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Diagnosis;

/// <summary>Whether media workers start here, and whether their sandbox holds from inside.</summary>
internal static class MediaParts
{
    public static async Task<IReadOnlyList<Finding>> LookAsync(
        MediaSandbox sandbox,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var pool = new MediaPool(
                new MediaOptions
                {
                    Sandbox = sandbox,
                    Workers = 1,
                    OnWarning = terminal.Warn,
                }
            );
            var report = await pool.SelfTestAsync(cancellation);
            if (sandbox == MediaSandbox.None)
            {
                return
                [
                    new Finding(
                        "media sandbox",
                        Health.Warning,
                        "off by setting",
                        "Remove media.sandbox=none."
                    ),
                ];
            }

            return report.IsSound
                ? [new Finding("media sandbox", Health.Ok, $"{report.Checks.Count} promises hold")]
                : [.. report.Checks.Where(check => !check.Holds).Select(Broken)];
        }
        catch (MediaSandboxException e)
        {
            return
            [
                new Finding("media sandbox", Health.Missing, "no worker starts", Printable.Of(e.Message)),
            ];
        }
    }

    private static Finding Broken(SandboxCheck check) =>
        new(
            $"media sandbox: {check.Promise}",
            Health.Missing,
            check.Found,
            "Media jobs are not safe here: use another kernel or container setting."
        );
}

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Vigil.Media.Sandboxing;

/// <summary>
/// Starts workers: with <see cref="ProgramLauncher"/> the one place in the solution that starts programs.
/// </summary>
internal sealed class SandboxLauncher
{
    private const string HowToGoOn =
        "Or set media.sandbox=none to decode without a sandbox; a file that exploits a decoder then acts as this user.";

    private readonly MediaSandbox _sandbox;
    private readonly List<string> _line;

    /// <exception cref="MediaSandboxException">A program or a part of the worker is missing.</exception>
    public SandboxLauncher(MediaOptions options)
    {
        _sandbox = options.Sandbox;
        var can = Prepare(_sandbox);
        _line = SandboxLine.Build(_sandbox, WorkerFiles.Find(options.WorkerAssemblyPath), can);
    }

    /// <summary>Sees to it that a sandbox can be made here, and how.</summary>
    /// <exception cref="MediaSandboxException">A program is missing, or this is not Linux.</exception>
    public static StartAbilities Prepare(MediaSandbox sandbox)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new MediaSandboxException(
                "Media can be decoded on Linux only: its workers are built on Linux sandboxing."
            );
        }
        var asRoot = LibC.GetEffectiveUid() == 0;
        RequirePrograms(sandbox, asRoot);
        var disable = sandbox == MediaSandbox.Required && !asRoot && BubblewrapKnowsDisableUserns();
        return new StartAbilities(asRoot, disable, ProcessStatus.Read().CanRaiseLimits);
    }

    /// <summary>
    /// The worker dies with the thread that calls this (PR_SET_PDEATHSIG watches threads, not processes).
    /// </summary>
    /// <exception cref="MediaSandboxException">The program could not be started.</exception>
    public Process Start() => Start(_line, SandboxLine.Environment(_sandbox));

    /// <summary>What a worker that ended before it was ready left on standard error, as advice.</summary>
    public static MediaSandboxException Explain(string standardError)
    {
        var said = standardError.Length == 0 ? "it said nothing" : $"it said: {standardError}";
        string[] signs = ["namespace", "uid map", "Operation not permitted", "No permissions"];
        var hint = signs.Any(sign => standardError.Contains(sign, StringComparison.OrdinalIgnoreCase))
            ? "The kernel does not let this user make namespaces. Allow them (sysctl "
                + "kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, or on Ubuntu an "
                + "AppArmor profile for bwrap), or in a container allow nested namespaces, or run Vigil as root. "
            : "As this user, 'bwrap --ro-bind / / true' should end without a word; if not, it says why. ";
        return new MediaSandboxException($"A media worker did not start; {said}. {hint}{HowToGoOn}");
    }

    private static void RequirePrograms(MediaSandbox sandbox, bool asRoot)
    {
        var needed = new List<(string Program, string Package)> { (SandboxPrograms.PrLimit, "util-linux") };
        if (sandbox == MediaSandbox.Required)
        {
            needed.Add((SandboxPrograms.Bubblewrap, "bubblewrap"));
            if (asRoot)
            {
                needed.Add((SandboxPrograms.SetPriv, "util-linux"));
            }
        }
        foreach (var (program, package) in needed)
        {
            if (!new FileInfo(program).Exists)
            {
                throw new MediaSandboxException(
                    $"Media is decoded in a sandbox, and {program} is missing: apt-get install {package}. {HowToGoOn}"
                );
            }
        }
    }

    /// <summary>--disable-userns came with 0.8.0.</summary>
    private static bool BubblewrapKnowsDisableUserns()
    {
        using var process = Start(
            [SandboxPrograms.Bubblewrap, "--version"],
            new Dictionary<string, string>()
        );
        process.StandardInput.Close();
        var text = process.StandardOutput.ReadLine() ?? "";
        process.WaitForExit();
        return Version.TryParse(text.Split(' ')[^1], out var version) && version >= new Version(0, 8, 0);
    }

    private static Process Start(List<string> line, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        // Nothing of this process's environment is the worker's business: no LD_PRELOAD, no secrets.
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        try
        {
#pragma warning disable RS0030 // this is the launcher that the ban points to
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new MediaSandboxException(
                string.Create(CultureInfo.InvariantCulture, $"{line[0]} could not be started: {e.Message}."),
                e
            );
        }
    }
}

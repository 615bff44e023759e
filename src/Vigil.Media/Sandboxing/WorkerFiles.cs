using System.Runtime.InteropServices;

namespace Vigil.Media.Sandboxing;

/// <summary>
/// The files a worker is made of: the runtime that runs this process and the few assemblies it needs.
/// </summary>
internal sealed record WorkerFiles
{
    /// <summary>
    /// Beside the assembly of the command line; the worker can load nothing else of the installation.
    /// </summary>
    private static readonly string[] Parts = ["Vigil.Media.dll", "Vigil.Hashing.dll"];

    public required string Assembly { get; init; }
    public required string RuntimeRoot { get; init; }
    public required string Framework { get; init; }
    public required string FrameworkVersion { get; init; }

    public string Muxer => Path.Combine(RuntimeRoot, "dotnet");

    public IEnumerable<string> WorkerParts =>
        Parts
            .Select(part => Path.Combine(Path.GetDirectoryName(Assembly)!, part))
            .Append(RuntimeConfig)
            .Append(Assembly);

    /// <summary>Names the plain runtime: the program's own may ask for more than a worker needs or sees.</summary>
    public string RuntimeConfig => Path.ChangeExtension(Assembly, ".worker.runtimeconfig.json");

    /// <exception cref="MediaSandboxException">A part is missing.</exception>
    public static WorkerFiles Find(string? workerAssembly)
    {
        var framework = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var files = new WorkerFiles
        {
            Assembly = Path.GetFullPath(
                workerAssembly ?? Path.Combine(AppContext.BaseDirectory, "vigil.dll")
            ),
            Framework = framework,
            FrameworkVersion = Path.GetFileName(framework),
            RuntimeRoot = Path.GetFullPath(Path.Combine(framework, "..", "..", "..")),
        };
        foreach (var file in files.WorkerParts.Append(files.Muxer))
        {
            if (!new FileInfo(file).Exists)
            {
                throw new MediaSandboxException(
                    $"Media workers cannot start: {file} is missing. Install Vigil complete, with the .NET runtime "
                        + "(apt-get install dotnet-runtime-10.0)."
                );
            }
        }
        return files;
    }
}

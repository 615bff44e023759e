using System.Text.RegularExpressions;

namespace Vigil.Tests.Tidy;

/// <summary>
/// Every native library and program the code names comes from a package that debian-packages.txt lists.
/// </summary>
public partial class PackageTests
{
    private const string PackageFile = "debian-packages.txt";

    [Fact]
    public void Every_library_the_product_calls_is_in_a_listed_package()
    {
        var libraries = Names("src/", Library()).ToList();
        Assert.NotEmpty(libraries);
        AssertListed(libraries.Select(name => (name, LibraryPath(name))), ["run"]);
    }

    [Fact]
    public void Every_program_the_product_starts_is_in_a_listed_package()
    {
        var programs = Names("src/", Program()).ToList();
        Assert.NotEmpty(programs);
        AssertListed(programs.Select(name => (name, ProgramPath(name))), ["run"]);
    }

    [Fact]
    public void Every_program_the_tests_start_is_in_a_listed_package()
    {
        var programs = Names("tests/", StartedByTest()).Where(name => name != "dotnet").ToList();
        Assert.Contains("git", programs);
        AssertListed(programs.Select(name => (name, ProgramPath(name))), ["run", "test"]);
    }

    [Fact]
    public void Every_listed_package_is_installed_here()
    {
        foreach (var (package, _) in Listed())
        {
            Assert.True(
                Checkout.Run("dpkg-query", "-W", "-f", "${Status}", package) == "install ok installed",
                $"{package} is not installed: run ./test as root, or apt-get install {package}"
            );
        }
    }

    private static void AssertListed(IEnumerable<(string Name, string? Path)> things, string[] where)
    {
        var listed = Listed()
            .Where(line => where.Contains(line.Where))
            .Select(line => line.Package)
            .ToHashSet();
        foreach (var (name, path) in things)
        {
            Assert.True(path is not null, $"{name} is not on this machine");
            var package = PackageOf(path);
            Assert.True(
                listed.Contains(package) || IsEssential(package),
                $"{name} comes from {package}: add it to {PackageFile}"
            );
        }
    }

    private static IEnumerable<(string Package, string Where)> Listed() =>
        Checkout
            .ReadLines(PackageFile)
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(parts => (parts[0], parts[1]));

    private static IEnumerable<string> Names(string folder, Regex pattern) =>
        Checkout
            .Under(folder, ".cs")
            .SelectMany(file => pattern.Matches(Checkout.Read(file)))
            .Select(match => match.Groups["name"].Value)
            .Distinct();

    private static string? LibraryPath(string name) =>
        Checkout
            .Run("/sbin/ldconfig", "-p")!
            .Split('\n')
            .Where(line =>
                line.TrimStart()
                    .StartsWith((name == "libc" ? "libc.so.6" : name) + " ", StringComparison.Ordinal)
            )
            .Select(line => line.Split("=> ")[1])
            .FirstOrDefault();

    private static string? ProgramPath(string name) =>
        name.StartsWith('/')
            ? name
            : new[] { "/usr/bin", "/bin", "/usr/sbin", "/sbin" }
                .Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists);

    /// <summary>Debian 12 has merged /usr: dpkg may know a file by its name with or without it.</summary>
    private static string PackageOf(string path)
    {
        var real = Checkout.Run("readlink", "-f", path)!.Trim();
        string[] names = [real, real.Replace("/usr/", "/", StringComparison.Ordinal), path];
        var answer = names
            .Select(name => Checkout.Run("dpkg", "-S", name))
            .FirstOrDefault(text => text is not null);
        Assert.True(answer is not null, $"No Debian package owns {path}");
        return answer.Split(':')[0];
    }

    /// <summary>On every Debian system by policy, and its C library.</summary>
    private static bool IsEssential(string package) =>
        package == "libc6"
        || Checkout.Run("dpkg-query", "-W", "-f", "${Essential} ${Priority}", package) is { } text
            && (
                text.StartsWith("yes", StringComparison.Ordinal)
                || text.EndsWith("required", StringComparison.Ordinal)
            );

    /// <summary>Any string that is a library's name, whether a constant or in the attribute itself.</summary>
    [GeneratedRegex(@"""(?<name>libc|lib[\w.+-]*\.so[\w.]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Library();

    [GeneratedRegex(@"""(?<name>/usr/s?bin/[\w.-]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Program();

    [GeneratedRegex(
        @"\b(ProcessStartInfo|(?<!Probe\.)(Run|Start))\(\s*""(?<name>[a-z][\w./-]+)""",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex StartedByTest();
}

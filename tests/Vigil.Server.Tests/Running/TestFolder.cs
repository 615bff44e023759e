namespace Vigil.Server.Tests.Running;

/// <summary>A folder of the test's own.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vigil-server-test-");

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            _folder.Delete(recursive: true);
        }
    }
}

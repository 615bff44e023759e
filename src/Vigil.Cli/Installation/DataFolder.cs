using System.CommandLine;
using Vigil.Files;
using Vigil.Media;

namespace Vigil.Cli.Installation;

/// <summary>The one folder that this installation keeps: keys, lists, scan journals, settings.</summary>
internal sealed class DataFolder(string path) : IDisposable
{
    private KeyRing? _keys;

    public string Path { get; } = path;

    public string KeysFolder => System.IO.Path.Combine(Path, "keys");

    public string ListsFolder => System.IO.Path.Combine(Path, "lists");

    public string ScansFolder => System.IO.Path.Combine(Path, "scans");

    /// <summary>Opened, or made, when first asked for: commands that need no secret touch no key.</summary>
    public KeyRing Keys
    {
        get
        {
            if (_keys is null)
            {
                Durable.CreateFolder(Path);
                _keys = KeyRing.OpenOrCreate(KeysFolder);
            }
            return _keys;
        }
    }

    public static DataFolder Of(ParseResult parsed)
    {
        var chosen = parsed.GetValue(SharedOptions.Data) ?? Environment.GetEnvironmentVariable("VIGIL_DATA");
        if (!string.IsNullOrEmpty(chosen))
        {
            return new DataFolder(System.IO.Path.GetFullPath(chosen));
        }
        // XDG Base Directory Specification: $XDG_DATA_HOME, else ~/.local/share.
        var share = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        if (share.Length == 0)
        {
            throw new UsageException(
                "There is no home folder to keep data in: name a data folder with --data DIR."
            );
        }

        return new DataFolder(System.IO.Path.Combine(share, "vigil"));
    }

    /// <summary>
    /// The setting `media.sandbox`: option, environment, file, in this order. The media pool says loudly
    /// when it is off.
    /// </summary>
    public MediaSandbox ReadSandbox(ParseResult parsed)
    {
        return SharedOptions.ReadChoice(
            SharedOptions.MediaSandbox,
            parsed.GetValue(SharedOptions.MediaSandbox)
                ?? Environment.GetEnvironmentVariable("VIGIL_MEDIA_SANDBOX")
                ?? Settings.Media?.Sandbox,
            ("required", MediaSandbox.Required),
            ("none", MediaSandbox.None)
        );
    }

    /// <summary>What `vigil.json` says.</summary>
    public SettingsFile Settings => SettingsFile.Read(System.IO.Path.Combine(Path, "vigil.json"));

    public void Dispose() => _keys?.Dispose();
}

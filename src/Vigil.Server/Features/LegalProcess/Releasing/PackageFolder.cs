using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>Where sealed packages wait to be handed over. This installation cannot open them.</summary>
internal sealed class PackageFolder(ServerOptions options, RootKeys roots)
{
    private string Root => Path.Combine(options.DataFolder, "packages");

    public string PathOf(TenantId tenant, Guid id) => Path.Combine(Root, tenant.Value, $"{id:n}.vigilpkg");

    /// <summary>No recovery drill has passed: packages wait, and are made when one has.</summary>
    public bool Waits => roots.DrilledAt is null;

    /// <summary>Writes it whole and durably, or leaves nothing.</summary>
    /// <exception cref="KeyRingException">No recovery drill has passed.</exception>
    public void Write(TenantId tenant, Guid id, Action<Stream> write)
    {
        roots.RequireDrill();
        Durable.CreateFolder(Path.Combine(Root, tenant.Value));
        Durable.Replace(PathOf(tenant, id), write);
    }

    public void Erase(TenantId tenant, Guid id)
    {
        if (Directory.Exists(Path.Combine(Root, tenant.Value)))
        {
            Durable.Erase(PathOf(tenant, id));
        }
    }

    /// <summary>The tenant ended.</summary>
    public void EraseAll(TenantId tenant)
    {
        var folder = new DirectoryInfo(Path.Combine(Root, tenant.Value));
        foreach (var file in folder.Exists ? folder.GetFiles() : [])
        {
            Durable.Erase(file.FullName);
        }
    }
}

namespace Vigil.Trust;

/// <summary>
/// Raised in the transaction that destroys a tenant: whoever keeps something of it in memory or in files lets
/// it go when the transaction is committed. Its rows are removed by the kernel.
/// </summary>
public sealed record TenantEnded(TenantId Tenant);
